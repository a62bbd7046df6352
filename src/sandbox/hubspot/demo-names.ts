/** Made-up names for the demo account; any likeness to real companies and people is chance. */
export const MANAGERS: readonly (readonly [string, string])[] = [
  ["Aigul", "Serikova"],
  ["Oleh", "Marchenko"],
  ["Ioana", "Dumitrescu"],
  ["Hannah", "Ferris"],
  ["Lukas", "Brandt"],
];

export const COMPANY_WORDS: readonly (readonly [string, string])[] = [
  ["Northlake", "en"],
  ["Brightwell", "en"],
  ["Ashcombe", "en"],
  ["Lindenhof", "de"],
  ["Kranichsee", "de"],
  ["Grünwerk", "de"],
  ["Стожари", "uk"],
  ["Калинова", "uk"],
  ["Дніпролан", "uk"],
  ["Берёзовая", "ru"],
  ["Северный Ветер", "ru"],
  ["Алатырь", "ru"],
  ["Câmpia Verde", "ro"],
  ["Ștefănești", "ro"],
  ["Țara Bârsei", "ro"],
  ["Ақжелкен", "kk"],
  ["Ólafsvellir", "is"],
  ["Żuraw", "pl"],
];

export const TRADES: readonly string[] = [
  "Logistics",
  "Retail",
  "Clinic",
  "Software",
  "Academy",
  "Foods",
  "Build",
  "Travel",
];

export const CONTACT_NAMES: readonly (readonly [string, string])[] = [
  ["Emma", "Whitfield"],
  ["Noah", "O'Rourke"],
  ["Jürgen", "Weiß"],
  ["Marlene", "Übel"],
  ["Оксана", "Гнатюк"],
  ["Тарас", "Їжакевич"],
  ["Ержан", "Абдрахманов"],
  ["Алёна", "Щукина"],
  ["Andrei", "Țurcanu"],
  ["Mădălina", "Șerban"],
  ["Zoë", "van den Berg"],
  ["Łukasz", "Wójcik"],
];
