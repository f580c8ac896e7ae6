import { specSuite } from "../support/spec_suite.ts";
import { uriCases } from "./uri_case.ts";

specSuite("uri-options/tests", uriCases);
