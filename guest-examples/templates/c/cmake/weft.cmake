# For CMake: the compiler and the machine of a guest.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv32)
set(CMAKE_C_COMPILER riscv64-unknown-elf-gcc)
set(CMAKE_CXX_COMPILER riscv64-unknown-elf-g++)
set(CMAKE_ASM_COMPILER ${CMAKE_C_COMPILER})
# A program that links needs the runtime, which a test of the compiler has not.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(machine "-march=rv32im -mabi=ilp32 -mcmodel=medany -ffunction-sections -fdata-sections")
set(CMAKE_C_FLAGS_INIT ${machine})
set(CMAKE_CXX_FLAGS_INIT ${machine})
set(CMAKE_ASM_FLAGS_INIT ${machine})
foreach(language C CXX ASM)
  # CMake would add -O3 -DNDEBUG: another program than that of `weft build`.
  set(CMAKE_${language}_FLAGS_RELEASE "-O2 -g" CACHE STRING "")
endforeach()
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "")
endif()
