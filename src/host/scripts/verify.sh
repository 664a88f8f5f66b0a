# fenced
# with account
# with compile
# shellcheck shell=sh disable=SC2154
# Every file against the manifest, and every Python file through the compiler; then, and only then, the release
# gets its name.
need release user config
incoming=$p_root/releases/.incoming-$p_release
final=$p_root/releases/$p_release
if [ -d "$final" ]; then where=$final; else where=$incoming; fi
[ -d "$where" ] || fail "$incoming is gone: somebody removed the upload. Deploy again"

cd "$where"
compiling=
at_exit() { forget_compile; }
case $given in *' python '*) start_compile ;; esac
if ! bad=$(sha256sum --check --quiet .argo/manifest 2>&1); then
  # A file of the base that was edited in place came over by its link: the sender sends it anew, once.
  case $given in *' mend '*)
    if [ "$where" = "$incoming" ]; then
      printf '%s\n' "$bad" | sed -n 's/: FAILED\( open or read\)\{0,1\}$//p' |
        while IFS= read -r path; do say differs "$path"; done
      exit 0
    fi
    ;;
  esac
  printf '%s\n' "$bad" | head -n 10 >&2
  fail "files on the host are not those that were sent; the release was not given its name"
fi
finish_compile
if [ "$found" = yes ]; then exit 0; fi
if [ -n "$p_config" ]; then
  # A user that does not exist is said by the pre-flight checks, with everything else they find.
  if id -u -- "$p_user" >/dev/null 2>&1; then chown -- "$p_user:" "$p_config"; fi
  chmod 0600 -- "$p_config"
fi
say files "$(wc -l <.argo/manifest | tr -d ' ')"
if [ "$where" = "$incoming" ]; then mv -T -- "$incoming" "$final"; fi
