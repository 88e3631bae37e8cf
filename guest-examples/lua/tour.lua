-- What Lua does, one thing a line. tour.txt is what Lua 5.4.4 for Linux says of it, with io.write as `public`.
local function show(...) for _, v in ipairs({...}) do public(tostring(v) .. "\n") end end
-- numbers
show(7 // 2, -7 // 2, 7 % -3, 7.5 // 2, 1 << 62, math.maxinteger + 1 == math.mininteger, 3 | 4.0, 2 ^ 53, 10 / 4, 1e15, 0.1 + 0.2, -0.0)
show(string.format("%d %5.2f %x %q %s %g", 42, math.pi, 255, "a\n\"b\"", {} ~= nil, 1e100), tostring(1e308 * 10), math.tointeger(3.0), math.floor(-3.5))
show(string.format("%.14g %.3e", math.sqrt(2), 12345.678), math.type(1), math.type(1.0), "10" + 5, "0x10" + 0, tostring(2^63))
-- strings
show(("hello world"):gsub("o", "0"), ("k=v; x=y"):match("(%w+)=(%w+)"), ("abc"):rep(3, "-"), #"\u{20AC}", utf8.char(8364, 65), ("%d+"):len())
show(("abc"):byte(1, -1), ("x"):upper(), ("  trim "):match("^%s*(.-)%s*$"), string.pack("<i4", 100):byte(1), select("#", string.unpack("<i2i2", "\1\0\2\0")))
-- tables, closures, coroutines, metatables
local t = {5, 2, 8, 1}
table.sort(t, function(a, b) return a > b end)
show(table.concat(t, ","), #t, table.unpack({1, 2, 3}))
local co = coroutine.wrap(function() for i = 1, 3 do coroutine.yield(i * i) end end)
show(co(), co(), co())
local v = setmetatable({}, {__index = function(_, k) return k .. "!" end, __add = function() return "sum" end, __call = function(_, x) return x + 1 end})
show(v.key, v + 1, v(41))
-- errors
show(pcall(error, "plain"))
show(select(2, pcall(function() local x = nil; return x.y end)))
show(select(2, pcall(function() return 1 < "2" end)), select(2, pcall(string.rep, "x", -1)))
show(select(2, xpcall(function() error({code = 7}) end, function(e) return e.code end)))
goto done
show("never")
::done::
-- garbage: what is dropped is collected
local block, before = ("x"):rep(100000), collectgarbage("count")
for i = 1, 200 do block = block .. i end
collectgarbage()
show(#block, collectgarbage("count") < before + 200)
