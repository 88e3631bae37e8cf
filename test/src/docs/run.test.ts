/** What the pages tell a reader to type works: commands, programs, pages of a server. */
import { followPages, LONG } from './follow.ts';

followPages((page) => !LONG.includes(page));
