/*
 * Runs a script in Lua 5.4. Input items: the script; a text, which it finds as `input`. Public: the script's SHA-256, then what it gave to the
 * function `public`, strings one after another. Where the script fails, exits with code 1 and its message. It has the libraries base, string, table,
 * math, utf8 and coroutine, no files and no clock; math.random gives the same numbers in every run.
 */
#include "items.h"
#include "lauxlib.h"
#include "lua.h"
#include "lualib.h"

/* Made public at the end alone: a script that fails has said nothing. */
static char *made_public;
static size_t length_public;

static int add_public(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  char *longer = realloc(made_public, length_public + length + 1);
  if (longer == NULL) return luaL_error(L, "out of memory");
  memcpy(longer + length_public, text, length);
  made_public = longer;
  length_public += length;
  return 0;
}

static void open_libraries(lua_State *L) {
  static const luaL_Reg LIBRARIES[] = {
      {LUA_GNAME, luaopen_base},      {LUA_STRLIBNAME, luaopen_string}, {LUA_TABLIBNAME, luaopen_table},
      {LUA_MATHLIBNAME, luaopen_math}, {LUA_UTF8LIBNAME, luaopen_utf8},  {LUA_COLIBNAME, luaopen_coroutine},
  };
  for (size_t i = 0; i < sizeof LIBRARIES / sizeof *LIBRARIES; i++) {
    luaL_requiref(L, LIBRARIES[i].name, LIBRARIES[i].func, 1);
    lua_pop(L, 1);
  }
  /* There are no files to run. */
  lua_pushnil(L);
  lua_setglobal(L, "dofile");
  lua_pushnil(L);
  lua_setglobal(L, "loadfile");
  lua_register(L, "public", add_public);
}

/* Its message on standard error. */
__attribute__((noreturn)) static void fail(lua_State *L) {
  const char *message = lua_tostring(L, -1);
  weft_refuse(message != NULL ? message : "the script raised an error that is no string");
}

int main(void) {
  /* math starts its generator from the time and the address of the state: before any input, it is the same in every run. */
  weft_set_time(0);
  lua_State *L = luaL_newstate();
  if (L == NULL) weft_panic("out of memory");
  open_libraries(L);
  uint32_t script_length, length;
  const char *script = (const char *)weft_item(&script_length), *text = (const char *)weft_item(&length);
  lua_pushlstring(L, text, length);
  lua_setglobal(L, "input");
  /* Text alone: a compiled script could do what no source can. */
  if (luaL_loadbufferx(L, script, script_length, "=script", "t") != LUA_OK || lua_pcall(L, 0, 0, 0) != LUA_OK) fail(L);

  uint8_t digest[32];
  weft_sha256_of(script, script_length, digest);
  weft_public(digest, sizeof digest);
  weft_public(made_public, length_public);
  return 0;
}
