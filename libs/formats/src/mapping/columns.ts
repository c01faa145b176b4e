/** Which column of bounds a function code has: `A|B` are codes with the same bounds, one column named by the first. */
export function columnsOf(codes: readonly string[]): { readonly codes: readonly string[]; readonly columns: ReadonlyMap<string, number> } {
  const alike = codes.map((text) => text.split('|'));
  return {
    codes: alike.map(([first = '']) => first),
    columns: new Map(alike.flatMap((own, column) => own.map((code) => [code, column] as const))),
  };
}
