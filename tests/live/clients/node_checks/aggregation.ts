import type { Check } from "../client_report.ts";
import { emptyCollection, errorOf, filledCollection, type NodeContext } from "../node_context.ts";
import type { Document } from "../node_driver.ts";

/** The names of a plan's stages, from the top down. */
function planStages(plan: unknown): unknown[] {
  if (typeof plan !== "object" || plan === null) return [];
  const { stage, inputStage, queryPlan } = plan as Document;
  return [...(stage === undefined ? [] : [stage]), ...planStages(inputStage), ...planStages(queryPlan)];
}

function explained(explanation: Document): Document {
  const stages = (explanation.stages as Document[] | undefined) ?? [];
  const { queryPlanner, executionStats } = (stages[0]?.$cursor as Document | undefined) ?? explanation;
  const { nReturned, totalDocsExamined, totalKeysExamined } = (executionStats as Document | undefined) ?? {};
  return {
    plan: planStages((queryPlanner as Document | undefined)?.winningPlan),
    stages: stages.flatMap((stage) => Object.keys(stage).filter((key) => key.startsWith("$"))),
    executed: { nReturned, totalDocsExamined, totalKeysExamined },
  };
}

const SUM_BY_GROUP = [{ $group: { _id: "$group", sum: { $sum: "$_id" } } }, { $sort: { _id: 1 } }];

/** Aggregation, its writing stages, and explain. */
export const aggregationChecks: Record<string, Check<NodeContext>> = {
  "aggregation": async (context) => {
    const items = await filledCollection(context, "aggregation", 500);
    return [
      await items.aggregate(SUM_BY_GROUP, { batchSize: 3, allowDiskUse: true }).toArray(),
      await items.aggregate([{ $facet: { low: [{ $match: { _id: { $lt: 3 } } }], count: [{ $count: "n" }] } }])
        .toArray(),
      await items.aggregate([
        { $match: { _id: 4 } },
        { $lookup: { from: "aggregation", localField: "group", foreignField: "group", as: "same" } },
        { $project: { same: { $size: "$same" } } },
      ]).toArray(),
      await errorOf(items.aggregate([{ $noSuchStage: {} }]).toArray()),
    ];
  },
  "aggregation with $out": async (context) => {
    const items = await filledCollection(context, "out_source", 200);
    const returned = await items.aggregate([...SUM_BY_GROUP, { $out: "out_target" }]).toArray();
    return [returned, await context.db.collection("out_target").find({}, { sort: { _id: 1 } }).toArray()];
  },
  "aggregation with $merge": async (context) => {
    const items = await filledCollection(context, "merge_source", 200);
    const target = await emptyCollection(context, "merge_target");
    await target.insertMany([{ _id: 3, kept: true }, { _id: 77, kept: true }]);
    const returned = await items.aggregate([...SUM_BY_GROUP, { $merge: { into: "merge_target" } }]).toArray();
    return [returned, await target.find({}, { sort: { _id: 1 } }).toArray()];
  },
  "explain": async (context) => {
    const items = await filledCollection(context, "explain", 100);
    await items.createIndex({ group: 1 });
    const { ok } = await context.db.command({
      explain: { update: "explain", updates: [{ q: {}, u: { $set: { a: 1 } } }] },
    });
    return [
      explained(await items.find({ group: 3 }).explain("executionStats")),
      explained(await items.find({ text: "none" }).explain("executionStats")),
      explained(await items.aggregate(SUM_BY_GROUP).explain("queryPlanner")),
      ok,
    ];
  },
};
