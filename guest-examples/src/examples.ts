/**
 * @module Examples of what people prove: programs with an input and the answer that it must give. The answers are computed by other
 * programs, in `test/src/guests`. `docs/examples.md` is made from this list.
 */
import { readFileSync } from 'node:fs';
import type { GuestName } from './index.ts';

export interface Example {
  readonly name: GuestName;
  readonly language: 'C' | 'C++' | 'Rust';
  /** What a proof of it says, in a few words. */
  readonly title: string;
  /** Where sources, README.md and input items lie, from the folder of this package. */
  readonly folder: string;
  /** Files of the input items in `folder`, in their order. */
  readonly stdin: readonly string[];
  /** What the guest must make public, in hexadecimal. */
  readonly publicValues: string;
}

export const EXAMPLES: readonly Example[] = [
  {
    name: 'sha256-preimage',
    language: 'C',
    title: 'someone knows what a SHA-256 digest is of',
    folder: 'sha256-preimage',
    stdin: ['stdin-0.bin', 'stdin-1.txt'],
    publicValues: 'c4bbcb1fbec99d65bf59d85c8cb62ee2db963f0fe106f483d9afa73bd4e39a8a',
  },
  {
    name: 'keccak-preimage',
    language: 'C',
    title: 'someone knows what a Keccak-256 digest is of',
    folder: 'keccak-preimage',
    stdin: ['stdin-0.bin', 'stdin-1.txt'],
    publicValues: '3ff888a183487d35cd7e71a75164bcb45ee51392f7a804b917cef66454c1cd2d',
  },
  {
    name: 'merkle-membership',
    language: 'C',
    title: 'a secret is one of 2^32 leaves of a Merkle tree',
    folder: 'merkle-membership',
    stdin: ['stdin-0.bin', 'stdin-1.bin', 'stdin-2.bin', 'stdin-3.bin'],
    publicValues:
      'cb781f80186f94bdb8500b5f6a2b2aa76da71ab750897ba6bf183549efe22c925171b615d44d7d28c235504ba15966d412636655979979adbec4f5d91be42383',
  },
  {
    name: 'ecdsa',
    language: 'C',
    title: 'an ECDSA signature over secp256k1 is valid',
    folder: 'ecdsa',
    stdin: ['stdin-0.bin', 'stdin-1.bin', 'stdin-2.bin'],
    publicValues:
      '028ef80085dc8074ca36023d5126c29573e455814eeb56d72d1ab5ca43ba4d0eb972dee598ae7107c671aa9000891ba396c3c93ff50de15c2bacb18be45c939ae301',
  },
  {
    name: 'ed25519',
    language: 'C',
    title: 'an Ed25519 signature is valid',
    folder: 'ed25519',
    stdin: ['stdin-0.bin', 'stdin-1.bin', 'stdin-2.bin'],
    publicValues:
      '12176ce851e2c748b47f61e5c40935702708fc78ccb904f38ec3412d1399ff7150617920323020746f20426f622c20323032362d31312d32362c206e756d62657220372e01',
  },
  {
    name: 'rsa-verify',
    language: 'C',
    title: 'an RSA signature of 2048 bits is valid',
    folder: 'rsa-verify',
    stdin: ['stdin-0.bin', 'stdin-1.txt', 'stdin-2.bin'],
    publicValues:
      'a913d51a831c0f0144380b1631289ddf92f6973f5183c94a22b16b80d46d993ed4996d8e8b719453f6a3a821167bf27f16d599475cab239a72a0dbdb7dda34431a3c4815914f4c6d8c7e697f63334d39be4ad2118e2910f69eed202e20dcc20f416fdbfb189bc1d3dbbe3c1bce502756469dcd2a22550f100c352cd0f787259d9966a638bed877374a0e5642316343a5f207121200e4ac987b5bebdc10422a84ab755814db36a4dcb335f4fe0f8185662b3bf910405686f854c620e6e3a4e091ecf9cbcc3675df414df26d2c628aaad16825aa7287fa051ae33176358d6abc4c55c87b87ee9919c6aad5eda2967abc2f738f3d843f6a35b46cb512dafeb7a43986ff6cbeba81cc6342fc0236dc5da162c0b72a3fc4242d9403c9e77f89c2d033',
  },
  {
    name: 'sudoku',
    language: 'C',
    title: 'a sudoku has a solution',
    folder: 'sudoku',
    stdin: ['stdin-0.txt', 'stdin-1.txt'],
    publicValues:
      '35332e2e372e2e2e2e362e2e3139352e2e2e2e39382e2e2e2e362e382e2e2e362e2e2e33342e2e382e332e2e31372e2e2e322e2e2e362e362e2e2e2e32382e2e2e2e3431392e2e352e2e2e2e382e2e3739',
  },
  {
    name: 'chess-move',
    language: 'C',
    title: 'moves of chess are legal, and where they lead',
    folder: 'chess-move',
    stdin: ['stdin-0.txt', 'stdin-1.txt'],
    publicValues:
      '726e62716b626e722f70707070707070702f382f382f382f382f50505050505050502f524e42514b424e522077204b516b71202d203020310a3033330a316e31526b6231722f70347070702f3471332f34703142312f3450332f382f505050325050502f324b352062206b202d20312031372023',
  },
  {
    name: 'statistics',
    language: 'C',
    title: 'median, mean and variance of private numbers',
    folder: 'statistics',
    stdin: ['stdin-0.bin', 'stdin-1.bin'],
    publicValues:
      'ae939608953b0fcc9cb4c9ef5b7284f1311b709ec63e8bd2db7cff064166d731c80000007ce9ffff4f370100000000009095e840a4703d0a3700e940ea04b443c8e6ae41',
  },
  {
    name: 'regex-match',
    language: 'C++',
    title: 'a text matches a pattern',
    folder: 'regex-match',
    stdin: ['stdin-0.txt', 'stdin-1.bin', 'stdin-2.txt'],
    publicValues:
      'db2cafb8ccbfab4d5bfd67411df744702a4199c19f686e6081cadb0a80040c6a285e7c5c6e2946726f6d3a205b612d7a5d2b285c2e5b612d7a5d2b292a406578616d706c655c2e286f72677c6e6574295c6e',
  },
  {
    name: 'auction',
    language: 'C++',
    title: 'who wins a sealed-bid auction, and at what price',
    folder: 'auction',
    stdin: ['stdin-0.bin', 'stdin-1.bin', 'stdin-2.bin', 'stdin-3.bin', 'stdin-4.bin'],
    publicValues:
      '0f8dd837b8b831b8df1065373e5ed74de0c437c59fe7ca1bc64befbaf3a4f73024df8c85d076a235051309a3bc9a0e6bbce8b0b025c0d0cea01542e0e5953804476c2fc65e116b6445fd567fe852251c7f5e9f45cf79fea7ba38c3aa3cfa5fa0ac3bd0cf87166ee92fa83d7dba12803225c5a4dd67717215e0a8cfbb8005b7d5bb0ca7b9008bd8f0c1cc24041ebc2e557ca6ee4b7b1d61eaa07d664472de8af6616c6963652c343035300a',
  },
  {
    name: 'word-count',
    language: 'C++',
    title: 'how often a word is in a text',
    folder: 'word-count',
    stdin: ['stdin-0.txt', 'stdin-1.txt'],
    publicValues:
      '4ea2b5f165819dd8e28c7c8d239ecf197dccbcc21f199bcd3a7b5d5b12900bd5550000002200000002000000736561736f6e',
  },
  {
    name: 'lua',
    language: 'C',
    title: 'what a script in Lua says about an input',
    folder: 'lua',
    stdin: ['stdin-0.lua', 'stdin-1.txt'],
    publicValues:
      'b6423af9a7142dd08865bcacf09cf2d00fd86249e0bd46a1cab6ff7c690e925366726f6d20323032362d303720746f20323032362d31303a206772616e7465640a',
  },
  {
    name: 'json-field',
    language: 'Rust',
    title: 'a signed JSON document has a field of this value',
    folder: 'rust/json-field',
    stdin: ['stdin-0.bin', 'stdin-1.txt', 'stdin-2.bin', 'stdin-3.txt'],
    publicValues:
      'e4030998cfd5ad1723c169f956aa0b9eb8619b5992bd612c2af428ebc79f8df00f0000002f706572736f6e2f61646472657373200000007b2263697479223a22c389766f7261222c22636f756e747279223a225054227d',
  },
  {
    name: 'airdrop',
    language: 'Rust',
    title: 'an account of a list claims its amount, once',
    folder: 'rust/airdrop',
    stdin: ['stdin-0.bin', 'stdin-1.bin', 'stdin-2.bin', 'stdin-3.bin'],
    publicValues:
      'd6732b16458751f6b87feceb3b1709444dcc160765f0e16a512e9f50ba94c7ee00000000000000000000000000000000000000000000001741922b0f829400009c9b4aab288e1c6082f638442cb2fbb28e09be30082e77bc3e41a7ef0afc103c',
  },
  {
    name: 'quorum',
    language: 'Rust',
    title: 'how many of a committee signed a message',
    folder: 'rust/quorum',
    stdin: [
      'stdin-0.bin',
      'stdin-1.txt',
      'stdin-2.bin',
      'stdin-3.bin',
      'stdin-4.bin',
      'stdin-5.bin',
      'stdin-6.bin',
      'stdin-7.bin',
      'stdin-8.bin',
    ],
    publicValues:
      '2cc0fbf92f663d66aedc432bad10cebc580cc3c05c499ae77a39d7fd004f78c2070000000500000052656c6561736520342e322e30206973206275696c742066726f6d20636f6d6d6974203763316630653220616e64206d617920626520736869707065642e',
  },
  {
    name: 'wage-survey',
    language: 'Rust',
    title: 'median and mean of private wages, by group',
    folder: 'rust/wage-survey',
    stdin: ['stdin-0.bin', 'stdin-1.bin'],
    publicValues:
      'f20e4f9c37bdb6cda85f78f93fb60196653b16d1df44cb96b093239858e0835f040000000000000003000000000000006d656e2a00000068316b0000000000060d6500000000000e00000000000000706172742074696d652c206d656e06000000b61e6c000000000035bd6c00000000001000000000000000706172742074696d652c20776f6d656e0a000000a0c3550000000000fb905700000000000500000000000000776f6d656e2000000070475c0000000000017a5c0000000000',
  },
  {
    name: 'regex-find',
    language: 'Rust',
    title: 'what a pattern finds in a private text',
    folder: 'rust/regex-find',
    stdin: ['stdin-0.txt', 'stdin-1.bin', 'stdin-2.txt'],
    publicValues:
      '106b3e4c12336b5eb6135648bd02bef17b4ab409f96180cab92d961d86d6b132370000005c6e546f74616c3a20285c642b295c2e285c645c642920284555527c55534429283f3a205c2828706169647c6f70656e295c29293f5c6e040000003139393002000000353003000000455552ffffffff',
  },
  {
    name: 'signed-mail',
    language: 'Rust',
    title: 'a signed mail came from this domain',
    folder: 'rust/signed-mail',
    stdin: ['stdin-0.bin', 'stdin-1.txt', 'stdin-2.bin'],
    publicValues:
      'f11d15e7bef1cc1418c89b4beeb51626106523a1dfc333dbdf17f847ed32a2bbe4aeec0492dd3af099ef7a43587ca3962f83f8e952bf0d8b092388b9d205ecfcbac0a82df0918d0131502745ea171c7388a71113d4dc8118853511bd91c62cff78f9b59e5b1a1a1e8c1e5f0746a1a1ecb7ae77e95d15d8f50e8981b76fe48d160c979cad88f46533ae3ea43db59e055d072abfdcc6e5989b63cff52639e3a54f6a44b50ebf1e02822bf55666d604516654035680260a759a0f7470b096ce8916ce91b3d2225f30314a69fb8f3e7f54cbf050092e233af608f8ca9d723b879ce406e40e307504d90eec64260321a1c2d257ba83f114df0dbe16f771902fb1a36d756e69766572736974792e6578616d706c65',
  },
];

/** An example's input items. */
export function readStdin({ folder, stdin }: Example): Uint8Array[] {
  return stdin.map((file) => new Uint8Array(readFileSync(new URL(`../${folder}/${file}`, import.meta.url))));
}
