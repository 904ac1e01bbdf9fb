/** A setting that cannot be served with, by its name. */
export class ConfigError extends Error {
  readonly setting: string;
  constructor(setting: string, text: string) {
    super(`${setting}: ${text}`);
    this.name = 'ConfigError';
    this.setting = setting;
  }
}

/** `public-url` → `GATEHOUSE_PUBLIC_URL` */
export function variable(setting: string): string {
  return `GATEHOUSE_${setting.replaceAll('-', '_').toUpperCase()}`;
}

/** `public-url` → `publicUrl`, as flags are held. */
export function flag(name: string): string {
  return name.replace(/-([a-z])/g, (_dash, letter: string) => letter.toUpperCase());
}
