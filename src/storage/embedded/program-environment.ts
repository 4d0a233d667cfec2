/**
 * What programs that we start find in their environment: nothing of ours, where secrets are. Every process of the same user can
 * read it, and a database session can as well.
 */
export const programEnvironment = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" };
