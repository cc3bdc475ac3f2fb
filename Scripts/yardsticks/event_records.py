"""Prints the golden bytes of Tests/EventFilesTests: event records as tensorboard's own classes write them.

    python3 event_records.py

Was run with tensorboard 2.21.0.
"""

import io

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import HistogramProto, Summary, SummaryMetadata
from tensorboard.plugins.hparams.api_pb2 import Status
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData, SessionEndInfo, SessionStartInfo
from tensorboard.summary.writer.record_writer import RecordWriter


def show(name, event):
    file = io.BytesIO()
    RecordWriter(file).write(event.SerializeToString(deterministic=True))
    print(name, file.getvalue().hex())


def session(tag, data, time):
    plugin = SummaryMetadata.PluginData(
        plugin_name="hparams", content=data.SerializeToString(deterministic=True))
    value = Summary.Value(tag=tag, metadata=SummaryMetadata(plugin_data=plugin))
    return Event(wall_time=time, summary=Summary(value=[value]))


show("version", Event(wall_time=1.5, file_version="brain.Event:2"))
start = SessionStartInfo(start_time_secs=2.5)
start.hparams["client.learning_rate"].number_value = 0.05
start.hparams["client.optimizer.nesterov"].bool_value = False
start.hparams["server_scheduler"].string_value = "fedhyper_g (normalized)"
start.hparams["training.local_steps"].number_value = 0
show("start", session("_hparams_/session_start_info", HParamsPluginData(session_start_info=start), 2.5))
histogram = HistogramProto(
    min=-0.5, max=3, num=5, sum=3.75, sum_squares=10.3125,
    # The values -0.5, 0, 0.25, 1, 3 in the buckets of ValueHistogram; 2^-1025 is the smallest edge.
    bucket_limit=[-0.5, 0, 2.0 ** -1025, 0.25, 0.28125, 1, 1.125, 3, 3.25],
    bucket=[1, 0, 1, 0, 1, 0, 1, 0, 1])
values = [
    Summary.Value(tag="accuracy/test", simple_value=0.8125),
    Summary.Value(tag="loss/train", simple_value=float("nan")),
    Summary.Value(tag="rate/global", simple_value=0),
    Summary.Value(tag="clients/local_rate", histo=histogram),
]
show("values", Event(wall_time=3.5, step=300, summary=Summary(value=values)))
end = SessionEndInfo(status=Status.Value("STATUS_FAILURE"), end_time_secs=4.5)
show("end", session("_hparams_/session_end_info", HParamsPluginData(session_end_info=end), 4.5))
