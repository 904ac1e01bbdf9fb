const SCHEMES = ['https:', 'http:', 'ssh:', 'git:'];

/** `git@github.com:acme/app.git`, the short form of an SSH address (git-clone, "Git URLs"). */
const SHORT_SSH = /^[\w.-]+@[\w.-]+:[^\s:][^\s]*$/;

/** Whether `text` names a remote repository and holds no secret: a password or a token in it would be stored readably. */
export function isRepoUrl(text: string): boolean {
  if (SHORT_SSH.test(text)) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  if (!SCHEMES.includes(protocol) || hostname === '' || password !== '') return false;
  return username === '' || protocol === 'ssh:';
}
