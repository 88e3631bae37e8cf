/**
 * @module POSEIDON2_PERMUTE: the permutation of 16 elements of KoalaBear with which proofs hash, on the words at a0. SP1 has it from version 6 on,
 * under the same code.
 */
import { P } from '@weft/primitives/field/base';
import { permute } from '@weft/primitives/hash/poseidon2';
import { POSEIDON2_KOALABEAR } from '@weft/primitives/hash/suite';
import { SYSCALL } from '../program/abi.ts';
import { noSecondArgument, type Operation, operandFault } from './operation.ts';

const NAME = 'POSEIDON2_PERMUTE';
const { node } = POSEIDON2_KOALABEAR;

export const poseidon2Permute: Operation = {
  name: NAME,
  code: SYSCALL.POSEIDON2_PERMUTE,
  spans: [{ pointer: 'a0', count: node.width, access: 'update' }],
  refuse: noSecondArgument(NAME),
  run: ([words]) => {
    if (words!.some((word) => word >= P))
      return operandFault(NAME, 'of a word that is no element: 2^31 - 2^24 + 1 or more');
    const state = words!.slice();
    permute(node, state);
    return [state];
  },
};
