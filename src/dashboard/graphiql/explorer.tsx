import { GraphiQL } from "graphiql";
// Registers Monaco's three workers (editor, json, graphql) as files of this server.
import "graphiql/setup-workers/vite";
import { useState, useSyncExternalStore } from "react";
import { createFetcher } from "./create-fetcher.ts";
import { defaultTabs } from "./default-tabs.ts";
import "./explorer.css";
import { createLiveConnection, type LiveConnection } from "./live-connection.ts";

interface ExplorerProps {
  apiKey: string;
  onForget: () => void;
}

/** GraphiQL with an accepted key, under a bar that says which key it is and how the live connection fares. */
export function Explorer({ apiKey, onForget }: ExplorerProps) {
  const [live] = useState(() => createLiveConnection(apiKey));
  const [fetcher] = useState(() => createFetcher(apiKey, live.client));
  return (
    <div className="explorer">
      <header className="bar">
        <a className="bar-home" href="/">
          Envoi
        </a>
        <LiveStatusText live={live} />
        <span id="key-in-use" className="bar-key" title="The last characters of the key in use">
          Key …{apiKey.slice(-4)}
        </span>
        <button id="forget-key" className="bar-button" type="button" onClick={onForget}>
          Forget key
        </button>
      </header>
      <main id="graphiql" className="explorer-main">
        <GraphiQL
          fetcher={fetcher}
          defaultTabs={defaultTabs}
          defaultQuery=""
          defaultEditorToolsVisibility
          // Headers may hold another key, and GraphiQL would keep them in localStorage.
          shouldPersistHeaders={false}
          schemaDescription
          inputValueDeprecation
        />
      </main>
    </div>
  );
}

function LiveStatusText({ live }: { live: LiveConnection }) {
  const { state, text } = useSyncExternalStore(live.watchStatus, live.getStatus);
  return (
    <p id="live-status" className="bar-status" role="status" data-state={state}>
      {text}
    </p>
  );
}
