import { type FormEvent, useEffect, useRef } from "react";
import { readKey } from "./key-store.ts";

interface KeyFormProps {
  initialKey: string;
  problem: string | null;
  isChecking: boolean;
  onSubmit: (key: string) => void;
}

export function KeyForm({ initialKey, problem, isChecking, onSubmit }: KeyFormProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (problem !== null) input.current?.select();
  }, [problem]);

  function submit(event: FormEvent) {
    event.preventDefault();
    onSubmit(readKey(input.current?.value ?? ""));
  }

  return (
    <main className="key-page">
      <h1>GraphiQL</h1>
      <p>Try queries, mutations and subscriptions on this server, and read its schema.</p>
      <form id="key-form" onSubmit={submit} aria-busy={isChecking}>
        <label htmlFor="api-key">API key</label>
        <input
          ref={input}
          id="api-key"
          name="api-key"
          type="password"
          defaultValue={initialKey}
          required
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-invalid={problem !== null}
          aria-describedby="api-key-problem api-key-help"
        />
        <p id="api-key-problem" className="problem" role="alert">
          {problem}
        </p>
        <button id="use-key" type="submit" disabled={isChecking}>
          {isChecking ? "Checking the key…" : "Open GraphiQL"}
        </button>
        <p id="api-key-help" className="help">
          The first start of the server writes an admin key to <code>.envoi/admin.key</code>. The key stays in this browser tab
          until you close it or press “Forget key”.
        </p>
      </form>
    </main>
  );
}
