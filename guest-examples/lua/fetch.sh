#!/usr/bin/env bash
# Prints a folder with the sources of Lua 5.4.4 (MIT license), which it fetches where LUA does not name one that is there already. They are not
# part of this repository. The file is the one of Debian 12 and of lua.org.
set -eu
if [ -n "${LUA:-}" ]; then
  echo "$LUA"
  exit
fi
digest=164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61
folder=$(mktemp -d)
curl -sfL http://deb.debian.org/debian/pool/main/l/lua5.4/lua5.4_5.4.4.orig.tar.gz -o "$folder/lua.tar.gz" ||
  curl -sfL https://www.lua.org/ftp/lua-5.4.4.tar.gz -o "$folder/lua.tar.gz"
echo "$digest  $folder/lua.tar.gz" | sha256sum --check --quiet >&2
tar -xzf "$folder/lua.tar.gz" -C "$folder"
echo "$folder/lua-5.4.4/src"
