/** `pnpm site:dev`. */
import { serveSite } from '../index.ts';

await serveSite();
