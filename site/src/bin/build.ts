/** `pnpm site`. */
import { buildSite } from '../index.ts';

await buildSite();
