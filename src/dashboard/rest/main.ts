import SwaggerUi from "swagger-ui-dist/swagger-ui-es-bundle.js";
import "swagger-ui-dist/swagger-ui.css";

SwaggerUi({
  url: "/im/openapi.json",
  dom_id: "#document",
  deepLinking: true,
  displayRequestDuration: true,
  // The key stays in the page: neither in the browser's storage, nor at a validator of somebody else.
  persistAuthorization: false,
  validatorUrl: null,
});
