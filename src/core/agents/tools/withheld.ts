// Files whose whole purpose is to hold credentials never go to a model, whatever an agent asks.

const NAMES = [
  /^\.env(\..+)?$/,
  /^\.(npmrc|netrc|pypirc|pgpass|htpasswd|git-credentials)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)$/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx)$/,
  /^(credentials|secrets?)\.(json|ya?ml|toml|ini)$/,
];
const EXAMPLES = /\.(example|sample|template|dist)$/;

const FOLDERS: ReadonlySet<string> = new Set(['.git', '.cas', '.ssh', '.aws', '.gnupg', '.kube', '.docker', '.azure', 'gcloud']);

export function isWithheld(path: string): boolean {
  const folders = path.toLowerCase().split('/').slice(0, -1);
  if (folders.some((folder) => FOLDERS.has(folder))) return true;
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  return !EXAMPLES.test(name) && NAMES.some((pattern) => pattern.test(name));
}
