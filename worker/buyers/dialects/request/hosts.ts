/** Tests whether a URL's host is one of a list, in which `*.example.com` stands for every host below it. */
export function hostsTest(hosts: readonly string[]): (url: string) => boolean {
  const exact = new Set(hosts.filter((host) => !host.startsWith("*.")).map((host) => host.toLowerCase()));
  const below = hosts.filter((host) => host.startsWith("*.")).map((host) => host.slice(1).toLowerCase());
  return (url) => {
    if (!URL.canParse(url)) return false;
    const { hostname, username, password } = new URL(url);
    const host = hostname.replace(/\.$/, "");
    return username === "" && password === "" && (exact.has(host) || below.some((suffix) => host.endsWith(suffix)));
  };
}
