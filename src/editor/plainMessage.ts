// Text from workflows, models and files, shown in a notification. Notifications turn `[x](command:…)` into a link; this text may not.

export function plainMessage(text: string): string {
  return text.replaceAll('](', '] (');
}
