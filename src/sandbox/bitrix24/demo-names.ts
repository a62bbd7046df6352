/** Made-up names for the demo portal; any likeness to real companies and people is chance. */
export const MANAGERS: readonly (readonly [string, string])[] = [
  ["Saule", "Bekova"],
  ["Maksym", "Lytvyn"],
  ["Elena", "Radu"],
  ["Oliver", "Grant"],
  ["Paula", "Richter"],
  ["Timur", "Aliev"],
];

export const COMPANY_NAMES: readonly string[] = [
  "Westbrook",
  "Silverfern",
  "Amberly",
  "Sonnenhain",
  "Weißdorn",
  "Käthenhof",
  "Світанок",
  "Полісся",
  "Черемош",
  "Речной Порт",
  "Заря",
  "Янтарь",
  "Brădet",
  "Șoimul",
  "Ținutul Nou",
  "Алтынай",
];

export const TRADES: readonly string[] = ["Logistics", "Retail", "Dental", "Software", "School", "Bakery", "Build"];

export const CONTACT_NAMES: readonly (readonly [string, string])[] = [
  ["Grace", "Holloway"],
  ["Liam", "O'Neil"],
  ["Björn", "Schäfer"],
  ["Ulrike", "Groß"],
  ["Соломія", "Гайдук"],
  ["Ярослав", "Кравець"],
  ["Данияр", "Сеитов"],
  ["Алла", "Щепкина"],
  ["Vlad", "Țepordei"],
  ["Ilinca", "Mușat"],
];
