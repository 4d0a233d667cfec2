declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  /** The options that the page uses, of those in its documentation. */
  type Options = {
    readonly url: string;
    readonly dom_id: string;
    readonly deepLinking: boolean;
    readonly displayRequestDuration: boolean;
    readonly persistAuthorization: boolean;
    readonly validatorUrl: string | null;
  };
  const SwaggerUi: (options: Options) => unknown;
  // biome-ignore lint/style/noDefaultExport: the package has one.
  export default SwaggerUi;
}
