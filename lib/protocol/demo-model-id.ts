/** The name of the scripted demo model in logs, lists and requests. */
export const demoModelId = "rivulet-demo";
