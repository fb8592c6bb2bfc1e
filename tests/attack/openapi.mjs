// Whether the API's description is OpenAPI 3, by a validator that is not ours: node openapi.mjs FILE
import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';

const validator = new Validator();
const result = await validator.validate(JSON.parse(readFileSync(process.argv[2], 'utf8')));
console.log(result.valid ? `OpenAPI ${validator.version}: valid` : JSON.stringify(result.errors, null, 1));
process.exit(result.valid ? 0 : 1);
