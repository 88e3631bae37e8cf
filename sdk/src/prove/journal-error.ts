/**
 * @module The journal's error. A file of its own: what tells errors apart need not load what makes journals.
 */
import { ResourceError } from '@weft/primitives';

/** The journal cannot be used: of another job (`details.differs` names in what), busy, or no journal at all. */
export class JournalError extends ResourceError {
  override readonly name: string = 'JournalError';
}
