#!/usr/bin/env bash
# Prints a folder with the sources of Lua 5.4.4 (MIT license), which it fetches where LUA does not name one that is there already. They are not
# part of this repository. LUA_ARCHIVE names another place of the same file; Debian 12 has it as lua5.4_5.4.4.orig.tar.gz.
set -eu
if [ -n "${LUA:-}" ]; then
  echo "$LUA"
  exit
fi
digest=164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61
folder=$(mktemp -d)
curl -sfL "${LUA_ARCHIVE:-https://www.lua.org/ftp/lua-5.4.4.tar.gz}" -o "$folder/lua.tar.gz"
echo "$digest  $folder/lua.tar.gz" | sha256sum --check --quiet >&2
tar -xzf "$folder/lua.tar.gz" -C "$folder"
echo "$folder/lua-5.4.4/src"
