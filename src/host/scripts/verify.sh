# Compares every file with the manifest, compiles every Python file, and only then gives the release its name.
# fenced
# with compile
need release user config
incoming=$p_root/releases/.incoming-$p_release
final=$p_root/releases/$p_release
if [ -d "$final" ]; then where=$final; else where=$incoming; fi
[ -d "$where" ] || fail "$incoming is gone: somebody removed the upload" "\`/argo retry\`"

cd "$where"
files=$(wc -l <.argo/manifest)
compiling= hashing=
at_exit() {
  forget_compile
  [ -z "$hashing" ] || kill "$hashing" 2>/dev/null || true
  rm -f -- "$state/verify.even"
}
! was_given python || start_compile
# Over 100 files are hashed by two processes, because one would use only one core. `nice` gives the live service
# precedence. `9>&-` closes the lock, so that a process that outlives this script does not keep it.
sure=yes
if [ "$files" -gt 100 ]; then
  sed -n 'n;p' .argo/manifest | nice -n 10 sha256sum --check --quiet >"$state/verify.even" 2>&1 9>&- &
  hashing=$!
  bad=$(sed -n 'p;n' .argo/manifest | nice -n 10 sha256sum --check --quiet 2>&1) || sure=no
  wait "$hashing" || sure=no
  hashing=
  bad=$bad$newline$(cat "$state/verify.even")
else
  bad=$(sha256sum --check --quiet .argo/manifest 2>&1) || sure=no
fi
if [ "$sure" = no ]; then
  # Somebody edited a file of the older release, and upload.sh linked it here. Report it: the bot sends the file again.
  if was_given resend && [ "$where" = "$incoming" ]; then
    printf '%s\n' "$bad" | sed -n 's/: FAILED\( open or read\)\{0,1\}$//p' | say_each differs
    decide
    exit 0
  fi
  printf '%s\n' "$bad" | grep . | head -n 10 >&2
  fail "files on the host are not those that were sent; the release was not given its name"
fi
finish_compile
if [ "$found" = yes ]; then
  decide
  exit 0
fi
if [ -n "$p_config" ]; then
  # preflight.sh reports a user that does not exist.
  chown -- "$p_user:" "$p_config" 2>/dev/null || ! id -u -- "$p_user" >/dev/null 2>&1 ||
    chown -- "$p_user:" "$p_config"
  chmod 0600 -- "$p_config"
fi
say files $((files))
if [ "$where" = "$incoming" ]; then mv -T -- "$incoming" "$final"; fi
