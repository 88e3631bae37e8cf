//! The heap: blocks of some sizes, four to each power of two, with a list of free blocks for each. Allocation takes constant time.

use crate::system::{exit, Global};
use crate::{eprintln, EXIT_OUT_OF_HEAP};
use alloc::alloc::{GlobalAlloc, Layout};
use core::ptr::{addr_of, null_mut};

extern "C" {
    static __heap_start: u8;
    static __heap_end: u8;
}

const SIZES: usize = 112;

struct State {
    /// The first byte that was never taken; 0 before anything was.
    top: usize,
    /// By size; a free block holds the address of the next one.
    free: [*mut u8; SIZES],
}
static STATE: Global<State> = Global::new(State {
    top: 0,
    free: [null_mut(); SIZES],
});

/// Bytes of the blocks of a size: 16, 32, ..., 128, 160, 192, 224, 256, 320, ...
const fn span(size: usize) -> usize {
    if size < 8 {
        16 * (size + 1)
    } else {
        (5 + (size & 3)) << (size / 4 + 3)
    }
}

/// The first size whose span is at least `bytes`, 1 to 2^31.
const fn size_for(bytes: usize) -> usize {
    if bytes <= 128 {
        return (bytes + 15) / 16 - 1;
    }
    let shift = 29 - (bytes - 1).leading_zeros() as usize;
    4 * (shift - 3) + ((bytes - 1) >> shift) - 4
}

/// Memory that nobody gives back, zeroed. `alignment` is a power of two.
pub(crate) fn take(bytes: usize, alignment: usize) -> *mut u8 {
    // Only the addresses are used, which the linker script defines.
    let (start, end) = (addr_of!(__heap_start) as usize, addr_of!(__heap_end) as usize);
    STATE.with(|state| {
        let from = (state.top.max(start) + alignment.max(16) - 1) & !(alignment.max(16) - 1);
        if from > end || bytes > end - from {
            out_of_heap(bytes, end.saturating_sub(from), end - start)
        }
        state.top = from + bytes;
        from as *mut u8
    })
}

fn out_of_heap(wanted: usize, left: usize, all: usize) -> ! {
    eprintln!("out of heap: {wanted} bytes wanted, {left} of {all} left; link with -Clink-arg=--defsym=HEAP_SIZE= and more");
    exit(EXIT_OUT_OF_HEAP)
}

struct Heap;

// SAFETY: blocks of one size are of one span, 16-aligned and disjoint; those of a larger alignment are taken anew.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let size = size_for(layout.size());
        if layout.align() > 16 {
            return take(span(size), layout.align());
        }
        let block = STATE.with(|state| {
            let block = state.free[size];
            if !block.is_null() {
                state.free[size] = block.cast::<*mut u8>().read();
            }
            block
        });
        if block.is_null() {
            take(span(size), 16)
        } else {
            block
        }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        let size = size_for(layout.size());
        STATE.with(|state| {
            block.cast::<*mut u8>().write(state.free[size]);
            state.free[size] = block;
        });
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        if size_for(layout.size()) == size_for(new_size) {
            return block;
        }
        let larger = self.alloc(Layout::from_size_align_unchecked(new_size, layout.align()));
        core::ptr::copy_nonoverlapping(block, larger, layout.size().min(new_size));
        self.dealloc(block, layout);
        larger
    }
}

#[global_allocator]
static HEAP: Heap = Heap;
