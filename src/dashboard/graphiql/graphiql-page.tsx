import { type ComponentType, useEffect, useState } from "react";
import { checkKey } from "./check-key.ts";
import { KeyForm } from "./key-form.tsx";
import { findKey, forgetKey, keepKey } from "./key-store.ts";

type Phase =
  | { name: "asking"; key: string; problem: string | null }
  | { name: "checking"; key: string }
  | { name: "open"; key: string; Explorer: ComponentType<{ apiKey: string; onForget: () => void }> };

/** Asks for a key until the server accepts one, then shows GraphiQL with it. */
export function GraphiqlPage() {
  const [phase, setPhase] = useState<Phase>(begin);
  const pendingKey = phase.name === "checking" ? phase.key : null;

  useEffect(() => {
    if (pendingKey === null) return;
    let isCurrent = true;
    void open(pendingKey).then((next) => isCurrent && setPhase(next));
    return () => {
      isCurrent = false;
    };
  }, [pendingKey]);

  if (phase.name === "open") return <phase.Explorer apiKey={phase.key} onForget={forgetAndReload} />;
  return (
    <KeyForm
      initialKey={phase.key}
      problem={phase.name === "asking" ? phase.problem : null}
      isChecking={phase.name === "checking"}
      onSubmit={(key) => setPhase({ name: "checking", key })}
    />
  );
}

function begin(): Phase {
  const key = findKey();
  return key === null ? { name: "asking", key: "", problem: null } : { name: "checking", key };
}

async function open(key: string): Promise<Phase> {
  const problem = await checkKey(key);
  if (problem !== null) return { name: "asking", key, problem };
  keepKey(key);
  try {
    // Monaco is megabytes: it is loaded only once there is a key to use it with.
    const { Explorer } = await import("./explorer.tsx");
    return { name: "open", key, Explorer };
  } catch {
    return { name: "asking", key, problem: "The key is right, but the editor could not be loaded. Reload the page." };
  }
}

/** Reloading also drops every answer that this key has fetched. */
function forgetAndReload(): void {
  forgetKey();
  window.location.reload();
}
