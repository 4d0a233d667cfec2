/** Two spellings of one mailbox or one number, and which of a few kinds of difference there are between them. */
export type SpellingPair = { readonly one: string; readonly other: string };

/** The same signs as an East Asian keyboard makes them. */
const widen = (text: string): string =>
  text.replace(/[!-~]/g, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));
const inDigitsFrom = (zero: number, text: string): string =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)));

const mailSpellings: readonly ((local: string, domain: string) => string)[] = [
  (local, domain) => `${local}@${domain}`.toUpperCase(),
  (local, domain) => `${local}@${domain}`.normalize("NFD"),
  (local, domain) => `${local}@${domain}`.toUpperCase().normalize("NFD"),
  (local, domain) => `${local}@${new URL(`http://${domain}`).hostname}`,
  (local, domain) => `${local}@${new URL(`http://${domain}`).hostname.toUpperCase()}`,
  (local, domain) => `${local}@${domain.replaceAll(".", "\u3002")}`,
  (local, domain) => `${local}@${domain.replaceAll(".", "\uff61")}`,
  (local, domain) => widen(`${local}@${domain}`),
  (local, domain) => `${local}\uff20${domain.replaceAll(".", "\uff0e")}`,
  (local, domain) => ` \t${local}@${domain}\u00a0\r\n`,
  (local, domain) => `\u200b\u202a${local}@${domain}\u202c\ufeff`,
  (local, domain) => `"${local}"@${domain}`,
  (local, domain) => `\u3000${widen(local.toUpperCase())}@${domain.toUpperCase()}`,
];

const names = ["renée", "ann", "zoë.o'neil", "josé", "ångström", "đorđe", "ann+tag", "großmann", "σίσυφος", "пётр"];
const domains = ["example.com", "bücher.example", "例え.example", "пример.example", "mail.bücher.example.org"];

const numberSpellings: readonly ((number: string) => string)[] = [
  (number) => `tel:${number}`,
  (number) => `TEL:${number.slice(0, 3)}-${number.slice(3, 6)}-${number.slice(6)}`,
  (number) => widen(number),
  (number) => `\u202a${number.slice(0, 3)} ${number.slice(3)}\u202c`,
  (number) => `${number.slice(0, 3)} (0) ${number.slice(3, 6)}.${number.slice(6)}`,
  (number) => `+${inDigitsFrom(0x660, number.slice(1))}`,
  (number) => `\uff0b${inDigitsFrom(0x966, number.slice(1))}`,
  (number) => `${number.slice(0, 3)}\u2011${number.slice(3, 7)}\u2013${number.slice(7)}`,
];

/** As many pairs as asked for, each of a mailbox of its own; `prefix` keeps those of two tests apart. */
export function mailboxPairs(count: number, prefix: string): SpellingPair[] {
  return Array.from({ length: count }, (_, index) => {
    const local = `${prefix}${index}.${pick(names, index)}`;
    const domain = pick(domains, Math.floor(index / names.length));
    return { one: `${local}@${domain}`, other: pick(mailSpellings, index)(local, domain) };
  });
}

export function numberPairs(count: number, from: number): SpellingPair[] {
  return Array.from({ length: count }, (_, index) => {
    const one = `+336${String(from + index).padStart(8, "0")}`;
    return { one, other: pick(numberSpellings, index)(one) };
  });
}

function pick<T>(list: readonly T[], index: number): T {
  return list[index % list.length] as T;
}
