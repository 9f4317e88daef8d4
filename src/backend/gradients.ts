// Registers the gradients of all tfjs-core ops, which tfjs-core's Node build leaves out. The published build of this file
// has the registrations bundled in, because plain Node cannot load tfjs's own copy (extensionless imports).
import "@tensorflow/tfjs-core/dist/register_all_gradients.js"
