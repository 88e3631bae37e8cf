import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { demangleCxx } from './demangle-cxx.ts';
import { demangleRust } from './demangle-rust.ts';

describe('names of Rust', () => {
  it.each([
    ['_ZN3std2io4Read11read_to_end17hb85a0f6802e14499E', 'std::io::Read::read_to_end'],
    [
      '_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar17h930b740aa94f1d3aE',
      "<Test + 'static as foo::Bar<Test>>::bar",
    ],
    ['_RNvC6_123foo3bar', '123foo::bar'],
    ['_RNvCskbmbHcKWJxN_8std_tour4main', 'std_tour::main'],
    ['_RNvMC0INtC8arrayvec8ArrayVechKj7b_E3new', '<arrayvec::ArrayVec<u8, 123>>::new'],
    ['_RNCNvNtCs7I99M2F0lpX_3std9panicking13panic_handler0B5_', 'std::panicking::panic_handler::{closure}'],
    [
      '_RINvNvMs2_NtCsdxbylnSSuXF_5alloc7raw_vecINtB8_11RawVecInnerpE7reserve21do_reserve_and_handleNtNtBa_5alloc6GlobalECs7I99M2F0lpX_3std',
      '<alloc::raw_vec::RawVecInner<_>>::reserve::do_reserve_and_handle::<alloc::alloc::Global>',
    ],
    ['_RNvXs1g_NtCs9tVtqixnPcl_4core3fmtRReNtB6_5Debug3fmtB8_', '<&&str as core::fmt::Debug>::fmt'],
    ['_RINvNtC3std3mem8align_ofFUKCRL0_hQcEbE', 'std::mem::align_of::<unsafe extern "C" fn(&u8, &mut char) -> bool>'],
    ['_RINvC1a1fKb1_KcX_KlnaKpE', undefined],
    ['_RINvC1a1fKb1_Kc61_Klna_KpE', "a::f::<true, 'a', -10, _>"],
  ])('%s', (symbol, name) => {
    expect(demangleRust(symbol)).toBe(name);
  });
  it('no name of C++, and none that refers to itself', () => {
    for (const symbol of [
      'main',
      '_ZN3foo3barE',
      '_ZN3foo3barEv',
      '_RB_',
      '_RNvB_3foo',
      '_R',
      '_RC',
      `_RNv${'N'.repeat(500)}`,
    ])
      expect(demangleRust(symbol)).toBeUndefined();
  });
});

describe('names of C++', () => {
  it.each([
    ['_Z5checki', 'check'],
    ['_ZL5checkv', 'check'],
    ['_ZN5Shape4areaEv', 'Shape::area'],
    ['_ZNK6Circle4areaEv', 'Circle::area'],
    ['_ZN4LoudC2ERKSs', 'Loud::Loud'],
    ['_ZN4LoudD0Ev', 'Loud::~Loud'],
    [
      '_ZNSt6vectorIiSaIiEE17_M_realloc_insertIJRKiEEEvN9__gnu_cxx17__normal_iteratorIPiS1_EEDpOT_',
      'std::vector<int, std::allocator<int>>::_M_realloc_insert<int const&>',
    ],
    [
      '_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE6resizeEjc',
      'std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char>>::resize',
    ],
    ['_ZlsRSoRK3Foo', 'operator<<'],
    ['_Znwj', 'operator new'],
    ['_ZN12_GLOBAL__N_13fooEv', '(anonymous namespace)::foo'],
    ['_ZZ4mainENKUliE_clEi', 'main::{lambda(int)}::operator()'],
    ['_Z3FooILi3ELb1EEvv', 'Foo<3, true>'],
    ['_ZN3FooILin7EE3barEv', 'Foo<-7>::bar'],
  ])('%s', (symbol, name) => {
    expect(demangleCxx(symbol)).toBe(name);
  });
  it('nothing else', () => {
    for (const symbol of ['main', '_Z', '_ZN', '_ZNS_E', '_ZN3fooS9_E', `_Z${'P'.repeat(1000)}`, '_ZTV4Loud'])
      expect(demangleCxx(symbol)).toBeUndefined();
  });
});

it('text that is no name, or a name that was changed, ends neither in an error nor never', () => {
  const start = fc.constantFrom('_R', '_RNv', '_RINv', '_ZN', '_Z', '_ZNSt', '_ZNK');
  const rest = fc.array(fc.constantFrom(...'NvMXYIBCKLRQPOFDTASEJZStabij0123_s'), { maxLength: 200 });
  fc.assert(
    fc.property(start, rest, (first, letters) => {
      const symbol = first + letters.join('');
      for (const name of [demangleRust(symbol), demangleCxx(symbol)]) expect(name?.length ?? 0).toBeLessThan(5000);
    }),
    { numRuns: 3000 },
  );
});
