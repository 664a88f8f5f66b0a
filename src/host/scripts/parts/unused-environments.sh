# Removes a virtual environment that no release points to.
# with pycache

# forget_environment NAME: removes the environment, unless the team made it: only names by argo-bot have 16 hex digits.
forget_environment() {
  case $1 in *[!0-9a-f]* | '') return 0 ;; ????????????????) ;; *) return 0 ;; esac
  [ -d "$p_root/venvs/$1" ] || return 0
  find "$p_root/releases" -mindepth 3 -maxdepth 3 -path '*/.argo/venv' -lname "*/venvs/$1" | grep -q . && return 0
  rm -rf -- "$p_root/venvs/$1"
  forget_compiled "venvs/$1"
}
