import { expect, test } from "vitest";
import { refusalOf } from "../../src/channels/host-rules.ts";

test.each([
  ...[
    "169.254.169.254",
    "169.254.0.1",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:169.254.169.254",
    "::ffff:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
  ],
  ...["2002:a9fe:a9fe::", "fd00:ec2::254", "100.100.100.200", "168.63.129.16", "192.0.0.192"],
])("%s is never connected to", (address) => {
  expect(refusalOf(address, "allow")).toContain("never");
  expect(refusalOf(address, "refuse")).toContain("never");
});

test.each([
  ...[
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "0.0.0.0",
    "::",
    "::1",
    "fc00::1",
    "fd12::1",
    "224.0.0.1",
  ],
  ...["255.255.255.255", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:0a00:0001::", "198.18.0.1", "240.0.0.1"],
])("%s is connected to unless private addresses are refused", (address) => {
  expect(refusalOf(address, "allow")).toBeNull();
  expect(refusalOf(address, "refuse")).toContain("private");
});

test.each(["8.8.8.8", "2606:4700::1111"])("%s is connected to in any case", (address) => {
  expect([refusalOf(address, "allow"), refusalOf(address, "refuse")]).toEqual([null, null]);
});
