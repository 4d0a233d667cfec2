import { AppError } from "../base/index.ts";

/** A task that was ended because it took too long, or more memory than a thread has. */
export class ThreadLimit extends AppError {
  override name = "ThreadLimit";

  constructor() {
    super("TIMED_OUT", "This takes more time or memory than one call may have: make it smaller.");
  }
}
