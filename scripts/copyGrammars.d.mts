export function copyGrammars(folder: string): Promise<void>;
