/** What the longer pages tell a reader to type works. */
import { followPages, LONG } from './follow.ts';

followPages((page) => LONG.includes(page));
