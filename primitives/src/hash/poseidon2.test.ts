import { describe, expect, it } from 'vitest';
import { P } from '../field/base.ts';
import { hashLeaf, hashNode } from './modes.ts';
import { permute } from './poseidon2.ts';
import {
  hasOnePermutation,
  POSEIDON2_KOALABEAR_16,
  type Poseidon2Parameters,
  POSEIDON2_KOALABEAR as suite,
  suiteFingerprint,
} from './suite.ts';

function run(parameters: Poseidon2Parameters, input: readonly number[]): number[] {
  const state = Uint32Array.from(input);
  permute(parameters, state);
  return Array.from(state);
}
const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
const zeros = (n: number): number[] => new Array<number>(n).fill(0);

describe('round constants', () => {
  it('equals the published width-16 constants', () => {
    expect(suite.node.externalConstants.slice(0, 16)).toEqual([
      2128964168, 288780357, 316938561, 2126233899, 426817493, 1714118888, 1045008582, 1738510837, 889721787, 8866516,
      681576474, 419059826, 1596305521, 1583176088, 1584387047, 1529751136,
    ]);
    expect(suite.node.internalConstants).toEqual([
      1423960925, 2101391318, 1915532054, 275400051, 1168624859, 1141248885, 356546469, 1165250474, 1320543726,
      932505663, 1204226364, 1452576828, 1774936729, 926808140, 1184948056, 1186493834, 843181003, 185193011, 452207447,
      510054082,
    ]);
    expect(suite.node.externalConstants.at(-1)).toBe(0x3466c7ca);
  });
  it('equals the published width-24 constants', () => {
    expect(suite.leaf.externalConstants.slice(0, 4)).toEqual([487143900, 1829048205, 1652578477, 646002781]);
    expect(suite.leaf.internalConstants.slice(0, 4)).toEqual([328586442, 1572520009, 1375479591, 322991001]);
    expect(suite.leaf.externalConstants.at(-1)).toBe(681266718);
    expect(suite.leaf.internalConstants).toHaveLength(23);
  });
});

describe('permutation vectors', () => {
  it.each([
    [
      [
        894848333, 1437655012, 1200606629, 1690012884, 71131202, 1749206695, 1717947831, 120589055, 19776022, 42382981,
        1831865506, 724844064, 171220207, 1299207443, 227047920, 1783754913,
      ],
      [
        1934285469, 604889435, 133449501, 1026180808, 1830659359, 176667110, 1391183747, 351743874, 1238264085,
        1292768839, 2023573270, 1201586780, 1360691759, 1230682461, 748270449, 651545025,
      ],
    ],
    [
      zeros(16),
      [
        1467453764, 68262570, 2085334433, 1711169726, 869537427, 698494029, 1998923102, 727938840, 1236421175,
        857433239, 1995651691, 1526804549, 968729910, 15322618, 1511105384, 1900792116,
      ],
    ],
    [
      range(16),
      [
        1259554834, 663463928, 1989430097, 476523442, 836740795, 1803459961, 1229318262, 2023956904, 2054405130,
        1556655036, 1455339712, 1471465890, 423337459, 353979748, 1203410294, 1592576868,
      ],
    ],
  ])('width 16 %#', (input, output) => {
    expect(run(suite.node, input)).toEqual(output);
  });
  it.each([
    [
      [
        886409618, 1327899896, 1902407911, 591953491, 648428576, 1844789031, 1198336108, 355597330, 1799586834,
        59617783, 790334801, 1968791836, 559272107, 31054313, 1042221543, 474748436, 135686258, 263665994, 1962340735,
        1741539604, 2026927696, 449439011, 1131357108, 50869465,
      ],
      [
        382801106, 82839311, 1503190615, 1987418517, 854076995, 1862291425, 262755189, 1050814217, 722724562, 741265943,
        1026879332, 754316749, 1966025564, 1518878196, 502200188, 1368172258, 845459257, 1711434837, 724453836,
        171032289, 655223446, 1098636135, 407832555, 1707498914,
      ],
    ],
    [
      zeros(24),
      [
        1918697942, 2025897067, 904050874, 1093610768, 214053233, 1029880100, 2130076554, 348914674, 1690826780,
        1746457725, 397349473, 1037728683, 217139752, 1271784670, 1515047731, 784532753, 1019638077, 322148854,
        291094520, 370500222, 899996969, 2115305425, 979986821, 471585472,
      ],
    ],
    [
      range(24),
      [
        723511737, 87131171, 587052829, 1323145575, 949917837, 2060493993, 234724110, 834906887, 306751607, 1771020267,
        329216878, 823818173, 765507096, 1447982946, 605505945, 247386051, 1223069940, 354661286, 233493652, 2075130821,
        1961191294, 313483662, 1701936810, 1815724394,
      ],
    ],
  ])('width 24 %#', (input, output) => {
    expect(run(suite.leaf, input)).toEqual(output);
  });
});

describe('modes', () => {
  it('binds the length of a leaf, so that trailing zeros change the digest', () => {
    expect(hashLeaf(suite, [5])).not.toEqual(hashLeaf(suite, [5, 0]));
    expect(hashLeaf(suite, range(16))).not.toEqual(hashLeaf(suite, [...range(16), 0]));
  });
  it('separates children by order', () => {
    const [a, b] = [hashLeaf(suite, [1]), hashLeaf(suite, [2])];
    expect(hashNode(suite, a, b)).not.toEqual(hashNode(suite, b, a));
  });
});

describe('one permutation for leaves and nodes', () => {
  const one = POSEIDON2_KOALABEAR_16;
  it('is the node permutation of the other suite, under a fingerprint of its own', () => {
    expect(hasOnePermutation(one)).toBe(true);
    expect(hasOnePermutation(suite)).toBe(false);
    expect(one.node).toBe(suite.node);
    expect(suiteFingerprint(one)).not.toEqual(suiteFingerprint(suite));
    // The name alone tells it from the same numbers under another.
    expect(suiteFingerprint({ ...one, name: suite.name })).not.toEqual(suiteFingerprint(one));
  });
  it('absorbs eight elements a block, its length in the first one of the capacity', () => {
    const data = range(13);
    const first = run(one.node, [...data.slice(0, 8), 13, 0, 0, 0, 0, 0, 0, 0]);
    const second = run(one.node, [...data.slice(8), ...first.slice(5)]);
    expect(hashLeaf(one, data)).toEqual(second.slice(0, 8));
  });
  it('tells a leaf from a node and a length from another', () => {
    expect(hashLeaf(one, range(16))).not.toEqual(hashNode(one, range(16).slice(0, 8), range(16).slice(8)));
    expect(hashLeaf(one, range(8))).not.toEqual(hashLeaf(one, [...range(8), 0]));
    expect(hashLeaf(one, [])).not.toEqual(hashLeaf(one, [0]));
  });
});

it('fingerprints every parameter', () => {
  const original = suiteFingerprint(suite);
  const bump = (xs: readonly number[]): number[] => xs.map((x, i) => (i === xs.length - 1 ? (x + 1) % P : x));
  const variants = [
    { ...suite, name: 'other' },
    { ...suite, node: { ...suite.node, partialRounds: 13 } },
    { ...suite, node: { ...suite.node, externalConstants: bump(suite.node.externalConstants) } },
    { ...suite, leaf: { ...suite.leaf, internalConstants: bump(suite.leaf.internalConstants) } },
    { ...suite, leaf: { ...suite.leaf, internalDiagonal: bump(suite.leaf.internalDiagonal) } },
  ];
  for (const variant of variants) expect(suiteFingerprint(variant)).not.toEqual(original);
});
