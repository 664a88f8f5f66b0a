# fenced
# shellcheck shell=sh disable=SC2154
# The fence in front of this has taken the host for our epoch; what is left is the ground to build on.
mkdir -p "$p_root/releases" "$p_root/venvs" "$p_root/pycache"
