# shellcheck shell=sh disable=SC2154
# Root runs this on a host. root-script.ts puts values before these functions, and files and `finish_setup` after them.
# Prints `done<TAB>…` for each change and `warn<TAB>…` for what a person should know. A second run changes nothing.
set -eu
umask 022
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
LC_ALL=C
export PATH LC_ALL
cd /
told() { printf '%s\t%s\n' "$1" "$2"; }
give_up() {
  printf '%s\n' "$1" >&2
  exit 1
}
[ "$(id -u)" = 0 ] || give_up 'this must be run as root: sudo sh, or --as root'

new=$library/.new.$$
trap 'rm -rf -- "$new"' EXIT
mkdir -p "$library" "$new/scripts" /etc/argo-bot/places /etc/argo-bot/tunnels
chown root:root "$library" /etc/argo-bot /etc/argo-bot/places /etc/argo-bot/tunnels
chmod 755 "$library" /etc/argo-bot /etc/argo-bot/places /etc/argo-bot/tunnels

# put PATH: writes stdin to a file of the runner.
put() { cat >"$new/$1"; }
# replace FILE: replaces FILE with stdin, completely or not at all.
replace() {
  cat >"$1.new.$$"
  mv -T -- "$1.new.$$" "$1"
}
declare_place() {
  replace "/etc/argo-bot/places/$1"
  told done "declared $1 (/etc/argo-bot/places/$1)"
}
declare_tunnels() { replace "/etc/argo-bot/tunnels/$1"; }

install_runner() {
  chmod 644 "$new"/admit "$new"/scripts/*
  chmod 755 "$new" "$new/scripts" "$new/run"
  rm -rf -- "$home"
  mv -T -- "$new" "$home"
  ln -sfn -- "$version/run" "$library/run.new"
  mv -T -- "$library/run.new" "$library/run"
  # Remove old versions of the runner, but not those of the last hour: a running script may still read them.
  find "$library" -mindepth 1 -maxdepth 1 -type d ! -name "$version" -mmin +60 -exec rm -rf -- {} +
  told done "runner $version (/usr/local/lib/argo-bot/run)"
}

ensure_user() {
  if ! id -u -- "$user" >/dev/null 2>&1; then
    # sshd starts the runner with the user's shell. The password * matches nothing; some sshd refuse a locked account.
    useradd --system --create-home --home-dir "/var/lib/$user" --shell /bin/sh -- "$user"
    usermod -p '*' -- "$user"
    told done "user $user"
  fi
}

allow_sudo() {
  [ "$user" != root ] || return 0
  command -v visudo >/dev/null 2>&1 || give_up 'sudo is not installed here: apt-get install -y sudo'
  rule=/etc/sudoers.d/zz-argo-bot-$user
  printf '# Written by argo-bot host setup.\nDefaults:%s !requiretty\n%s ALL=(root) NOPASSWD: %s ""\n' \
    "$user" "$user" "$library/run" >"$library/sudoers.new"
  chmod 440 "$library/sudoers.new"
  visudo -qcf "$library/sudoers.new" >/dev/null 2>&1 || give_up "sudo does not take the rule for $user: $(visudo -cf "$library/sudoers.new" 2>&1 | head -n 3)"
  mv -T -- "$library/sudoers.new" "$rule"
  # Remove the sudo rule that argo-bot told people to write before it had a runner.
  old=/etc/sudoers.d/zz-argo-bot
  if [ -f "$old" ] && [ "$(grep -cvE '^(#.*)?$' "$old")" = 1 ] && grep -qx "$user ALL=(root) NOPASSWD: /bin/sh" "$old"; then
    rm -f -- "$old"
    told done "took $old away, which let $user run any shell as root"
  fi
  told done "sudo rule ($rule)"
  more=$(sudo -n -l -U "$user" 2>/dev/null | sed -n 's/^ *\((.*\)$/\1/p' | grep -vF "NOPASSWD: $library/run" | head -n 3 | tr '\n' ' ')
  [ -z "$more" ] || told warn "sudo allows $user more than the runner, though not with this key: $more"
}

# keys_file: prints the first file in which sshd looks for this user's keys.
keys_file() {
  user_home=$(getent passwd "$user" | cut -d: -f6)
  pattern=$(sshd -T -C "user=$user,host=localhost,addr=127.0.0.1" 2>/dev/null | sed -n 's/^authorizedkeysfile \([^ ]*\).*/\1/p')
  case ${pattern:-.ssh/authorized_keys} in
    /*) printf '%s\n' "$pattern" ;;
    *) printf '%s/%s\n' "$user_home" "${pattern:-.ssh/authorized_keys}" ;;
  esac | sed "s|%h|$user_home|g; s|%u|$user|g; s|%%|%|g"
}

allow_key() {
  file=$(keys_file)
  folder=${file%/*}
  mkdir -p "$folder"
  # The user can put a link in place of the folder at any time, so check the folder and stay in it.
  cd -P "$folder"
  [ "$(pwd)" = "$(readlink -f -- "${folder%/*}")/${folder##*/}" ] ||
    give_up "$folder is a link, which root does not follow: put the folder itself there"
  # Root owns the folder and the file, so that the user does not add another key by mistake.
  chown root: .
  chmod 755 .
  name=${file##*/}
  [ ! -L "$name" ] || give_up "$file is a link, which root does not follow: put the file itself there"
  [ -z "${from+set}" ] || printf '%s\n' "$from" | replace /etc/argo-bot/from
  # Allow tunnels to the declared ports, and none back to the bot: `permitlisten` needs a value, so name an unused port.
  options='restrict,port-forwarding,permitlisten="localhost:1"'
  came=$(cat /etc/argo-bot/from 2>/dev/null || true)
  [ -z "$came" ] || options="from=\"$came\",$options"
  for address in $(cat /etc/argo-bot/tunnels/* | sort -u); do options="$options,permitopen=\"$address\""; done
  # env -i removes the session's variables, so that none reaches the runner.
  run="exec /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin $library/run"
  [ "$user" = root ] || run="exec /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin sudo -n $library/run"
  blob=${key#* }
  {
    [ ! -f "$name" ] || grep -vF -- "${blob%% *}" "$name" || true
    printf '%s,command="%s" %s argo-bot\n' "$options" "$run" "$key"
  } | replace "$name"
  chown root: "$name"
  chmod 644 "$name"
  told done "key of the bot, which may only call the runner ($file)"
}

finish_setup() {
  ensure_user
  install_runner
  allow_sudo
  allow_key
}
