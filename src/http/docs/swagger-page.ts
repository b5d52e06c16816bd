/** Swagger UI, from the files of its package, served by us: nothing is loaded from elsewhere. */
export const swaggerPage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Minutebook API</title>
<link rel="icon" type="image/png" href="/swagger/assets/favicon-32x32.png">
<link rel="stylesheet" href="/swagger/assets/swagger-ui.css">
<style>
body { margin: 0; background: #fff }
.swagger-ui .information-container { padding-bottom: 0 }
.swagger-ui .info { margin: 24px 0 12px }
.swagger-ui .scheme-container { display: none }
</style>
</head>
<body>
<div id="swagger-ui"></div>
<script src="/swagger/assets/swagger-ui-bundle.js"></script>
<script src="/swagger/assets/init.js"></script>
</body>
</html>
`

export const swaggerInit = `window.ui = SwaggerUIBundle({
  url: '/swagger/json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  displayRequestDuration: true,
  filter: false,
  defaultModelsExpandDepth: 0,
  docExpansion: 'list',
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
})
`
