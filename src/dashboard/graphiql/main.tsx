import { createRoot } from "react-dom/client";
import { GraphiqlPage } from "./graphiql-page.tsx";

const root = document.getElementById("root");
if (root) createRoot(root).render(<GraphiqlPage />);
