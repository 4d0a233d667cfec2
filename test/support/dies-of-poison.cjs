// Loaded before the server by NODE_OPTIONS: a thread that says RCPT TO:<person7@example.com> ends at once, as of a fault in a library.
const { Socket } = require("node:net");
const { isMainThread } = require("node:worker_threads");

const write = Socket.prototype.write;
if (!isMainThread)
  Socket.prototype.write = function (chunk, ...rest) {
    if (String(chunk).includes("RCPT TO:<person7@")) process.exit(99);
    return Reflect.apply(write, this, [chunk, ...rest]);
  };
