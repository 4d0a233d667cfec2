/** What a recipient's data made impossible, at a character of the template. */
export class RenderFault extends Error {
  override name = "RenderFault";
  readonly at: number;

  constructor(message: string, at: number, cause?: unknown) {
    super(message, { cause });
    this.at = at;
  }
}
