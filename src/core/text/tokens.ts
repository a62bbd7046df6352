/** The words of a text in a form that can be compared, in any of our languages, also mixed. */

/**
 * Lower case, ё as е, no apostrophes, Romanian letters without their marks, and nothing but letters and digits. Marks that come apart from their
 * letters (text of a Mac) are put back on them, and what is invisible inside a word goes.
 */
export function tokens(text: string): string[] {
  return text
    .normalize("NFC")
    .replaceAll(/[\u00ad\u200b-\u200d\ufeff]/g, "")
    .toLowerCase()
    .replaceAll("ё", "е")
    .replaceAll(/[ăâ]/g, "a")
    .replaceAll("î", "i")
    .replaceAll(/[șş]/g, "s")
    .replaceAll(/[țţ]/g, "t")
    .replaceAll(/[‘’ʼ`']/g, "")
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}
