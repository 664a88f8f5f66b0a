# Checks everything that could keep the service from starting, and prints a `problem` line for each fault.
# fenced
# with nginx-check
# with environment
# with machine
# with stop-early
need release slot port user python venv requirements pip_folder projects wheels require_hashes only_binary site_packages imports entry config unit unit_live min_free_mb memory_mb upstream_file upstream strategy
release=$p_root/releases/$p_release
# problem TEXT FIX: the n-th `fix` belongs to the n-th `problem`. FIX is an imperative; a command on this host starts
# with a backtick. One `printf` writes both, so that no line of the parallel nginx check comes between. Problems of
# imports come last and have no fix.
problem() {
  both=$(say problem "$1" && say fix "$2")
  printf '%s\n' "$both" || unheard
  decide
}
warning() { say warning "$1"; }
importing=
at_exit() {
  [ -z "$importing" ] || kill "$importing" 2>/dev/null || true
  rm -f -- "$state/imports.found"
}
last_lines() { tail -n "$1" | tr '\n\t' '  ' | cut -c1-500; }

# Check nginx at the same time as the rest, because both start many programs. Exit code 40: nginx has problems.
checking=
[ -z "$p_upstream_file" ] || {
  {
    told=$(check_nginx)
    [ -z "$told" ] || printf '%s\n' "$told" || unheard
    case $newline$told in *"${newline}problem"*) exit 40 ;; esac
  } &
  checking=$!
}
# as_service_user COMMAND…: runs COMMAND with the user and the groups that systemd gives to the service, and no way to
# more rights, such as a sudo rule of this user: imports run code that is not approved.
as_service_user() { setpriv --reuid "$p_user" --regid "$group" --init-groups --no-new-privs -- "$@"; }
# user_ok: whether imports can be tried as the service's user.
user_ok=yes
group=$(id -g -- "$p_user" 2>/dev/null) || {
  user_ok=no
  problem "the user $p_user, which the service runs as, does not exist" "\`sudo useradd --system --shell /usr/sbin/nologin $p_user\`"
}
[ -z "$p_entry" ] || [ -s "$release/$p_entry" ] ||
  problem "the entry file $p_entry is missing or empty" "put its code into that file and commit, or correct entry in argo.yml"
# reached: `enters` if the service's user can enter the release's folder, `reads` if it can read the config.
reached=
[ "$user_ok" = no ] || reached=$(as_service_user sh -c '[ ! -x "$1" ] || printf "enters "; [ ! -r "$2" ] || printf "reads "' \
  sh "$release" "$release/$p_config" || true)
if [ "$user_ok" = yes ] && [ "${reached#enters }" = "$reached" ]; then
  closed=/
  for part in $(printf %s "$release" | tr / ' '); do
    as_service_user test -x "$closed" || break
    closed=${closed%/}/$part
  done
  user_ok=no
  problem "the service's user $p_user cannot enter the folder $closed" "\`sudo chmod o+x $closed\`"
elif [ "$user_ok" = yes ] && [ -n "$p_config" ]; then
  [ "$reached" = 'enters reads ' ] ||
    problem "$p_user cannot read $release/$p_config" "\`sudo chown $p_user $release/$p_config\`"
fi

[ -z "$p_venv" ] || account=$(python_account)
if [ -n "$p_venv" ] && [ -z "$account" ]; then
  problem "neither nobody nor $p_user can run $p_python, and root runs no interpreter" "let them enter the folders above it: \`sudo chmod o+x\` with each folder"
elif [ -n "$p_venv" ]; then
  environment=$(environment_name)
  venv=$p_root/venvs/$environment
  if [ -f "$venv/.complete" ]; then say venv kept
  elif log=$(build_venv 2>&1); then
    # Without sync, a power cut could leave the mark .complete on the disk without the environment.
    sync -f "$venv"
    : >"$venv/.complete"
    say venv made
  else
    explain_build
    problem "$failed. $cause" "$remedy"
    printf '%s\n' "$log" | tail -n 100 | tr '\t' ' ' | cut -c1-500 | while IFS= read -r line; do say trace "$line"; done
  fi
  ln -sfn -- "../../../venvs/$environment" "$release/.argo/venv"
  if [ -f "$venv/.complete" ] && [ "$user_ok" = yes ] && [ -n "$p_imports" ]; then
    chown -- "$p_user:" "$p_root/pycache"
    # The imports also compile the modules for the service's start. `9>&-` closes the lock, because a module may leave
    # a process behind that would hold it for ever. The other checks run at the same time.
    # Code that is not approved writes into the file below, so its size is limited: 64 MB in blocks of 512 bytes.
    {
      ulimit -f 131072
      as_service_user timeout 120 env -C "$release" PYTHONPYCACHEPREFIX="$p_root/pycache" "$venv/bin/python" -c '
import sys
# A module of the release with the name of one of Python must not replace it in this program.
sys.path.pop(0)
import importlib, os, re, traceback
sys.path.insert(0, "")
sys.stdout, answer = sys.stderr, sys.stdout
for name in sys.argv[1].split():
    try:
        importlib.import_module(name)
    except BaseException as error:
        lines = traceback.format_exc().strip().splitlines()
        frames = [f for f in traceback.extract_tb(error.__traceback__) if not f.filename.startswith("<frozen")]
        frames = [f for f in frames if f.filename != "<string>"]
        at = "%s:%s" % (os.path.relpath(frames[-1].filename), frames[-1].lineno) if frames else ""
        gone = at and isinstance(error, ModuleNotFoundError) and (error.name or "").split(".")[0]
        own = gone == name.split(".")[0]
        if gone and not own and not os.path.exists(gone) and not os.path.exists(gone + ".py"):
            said = "%s imports %s, which is not installed in the virtual environment" % (at, gone)
        else:
            where = ", because %s fails" % at if at else ""
            # Remove the path of a file from the end of the error, which already has the name of the module.
            said = "module %s cannot be imported%s. %s" % (name, where, re.sub(r" \(/[^()]*\)$", "", lines[-1]))
        print("problem\t" + said.replace("\t", " "), file=answer)
        for line in lines:
            print("trace\t" + line.replace("\t", " "), file=answer)
answer.flush()
os._exit(42)
' "$p_imports"
    } </dev/null >"$state/imports.found" 2>/dev/null 9>&- &
    importing=$!
  fi
fi

# stop_of STRANGER: prints how to stop the process that stranger_on printed. The last word is its unit, or else its id.
stop_of() {
  last=${1##* }
  last=${last%)}
  case $last in
    *[!A-Za-z0-9@._:-]* | user@*) printf 'stop it, ' ;;
    *.service | *.socket) printf "\`sudo systemctl disable --now %s\`, " "$last" ;;
    1 | *[!0-9]*) printf 'stop it, ' ;;
    *) printf "\`sudo kill %s\`, " "$last" ;;
  esac
}
stranger=$(stranger_on "$p_port" "$p_unit")
if [ -n "$stranger" ] && [ "$p_strategy" = restart ]; then
  problem "port $p_port is taken by $stranger" "$(stop_of "$stranger")if nobody needs it. If it is the service to replace, set unit_name in argo.yml to its unit and restart argo-bot"
elif [ -n "$stranger" ]; then
  problem "port $p_port of slot $p_slot is taken by $stranger" "$(stop_of "$stranger")if nobody needs it. Otherwise give slot $p_slot another port in argo.yml and restart argo-bot"
fi
read_disk
[ "$free_mb" -ge "$p_min_free_mb" ] ||
  problem "$free_mb MB are free under $p_root, and $p_min_free_mb MB must stay free (min_free_mb)" "free space: \`sudo du -xhd1 $p_root\` shows what uses it"
[ "${free_inodes:-10000}" -ge 10000 ] ||
  problem "only $free_inodes inodes are free under $p_root (limit 10000), and each file needs one" "\`sudo du --inodes -xd2 $p_root | sort -n | tail\` lists the folders with the most files. Delete what nobody needs, but not the releases that the links blue and green point to"

total=$(meminfo MemTotal)
# taken: MB of memory of the live unit. freed: MB of the idle unit, which is stopped before the new release starts. Both
# are 0 if systemd does not measure them. systemctl prints both units, with an empty line between them.
taken=0 freed=0 masked=no whose=freed
while IFS= read -r line; do
  case $whose$line in
    freed) whose=taken ;;
    freedUnitFileState=masked*) masked=yes ;;
    *UnitFileState=* | *MemoryCurrent= | *=*[!0-9]* | *=????????????????*) ;;
    *) eval "$whose=$((${line#*=} / 1048576))" ;;
  esac
done <<END
$(systemctl show -p MemoryCurrent -p UnitFileState -- "$p_unit" ${p_unit_live:+"$p_unit_live"})
END
available=$(($(meminfo MemAvailable) + freed))
if [ "$p_memory_mb" -gt "$total" ]; then
  problem "memory_max is $p_memory_mb MB, but the host has only $total MB of memory, so the limit would never apply" "lower memory_max in argo.yml, and restart argo-bot"
elif [ "$taken" -gt "$available" ]; then
  problem "$available MB of memory are available, and the live release uses $taken MB, so a second one does not fit" "stop another program, or add memory"
elif [ "$p_memory_mb" -gt "$available" ]; then
  warning "$available MB of memory are available; the release may take up to $p_memory_mb MB (memory_max)"
fi

case $(systemctl is-system-running 2>/dev/null || true) in
  running | degraded | starting | initializing) ;;
  *) problem "systemd does not run normally" "\`systemctl --failed\` shows why; correct that" ;;
esac
ended=0
[ -z "$checking" ] || wait "$checking" || ended=$?
case $ended in 0) ;; 40) decide ;; *) exit "$ended" ;; esac
[ "$masked" = no ] || problem "$p_unit is masked, so it cannot be started" "\`sudo systemctl unmask $p_unit\`"

if [ -n "$importing" ]; then
  ended=0
  wait "$importing" || ended=$?
  importing=
  # Code that is not approved may write this file, so only lines with these two keys go into the answer.
  [ ! -s "$state/imports.found" ] || ! head -c 1048576 "$state/imports.found" | grep -aE '^(problem|trace)	' || decide
  # Only exit code 42 proves that all imports were tried: a module may end the process before, even with 0.
  [ "$ended" = 42 ] || {
    say problem "the imports could not be tried to the end: $venv/bin/python does not run, ended the process, or one of them took more than 120 s"
    decide
  }
fi
# If install-unit.sh follows without a decision of the bot, begin to stop the release in the idle slot for it.
if was_given followed && [ "$to_decide" = no ]; then stop_early; fi
