/** Makes the package in its folder, ready to be packed. */
import { buildPackage } from './build.ts';

await buildPackage();
