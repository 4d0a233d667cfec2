/** Page after page, each read when it is asked for, until one is short. `read` is given the last item of the page before. */
export async function* pagesOf<T>(size: number, read: (last: T | undefined) => Promise<T[]>): AsyncGenerator<T[]> {
  for (let last: T | undefined; ; ) {
    const page = await read(last);
    yield page;
    if (page.length < size) return;
    last = page.at(-1);
  }
}
