import Bytes

extension Message {
    /// The coordinator accepts a client process and tells it all it needs to work.
    ///
    ///     offset  size  field
    ///     8       8     run id
    ///     16      4     process number
    ///     20      4+n   program version and build, UTF-8 with its length in bytes in front
    ///     …       4+n   resolved scenario, UTF-8 with its length in bytes in front
    ///     …       4+n   key of the dataset in the cache
    ///     …       4+n   key of the partition in the cache
    ///     …       4+n   path of the shared block; empty: bodies travel in messages
    ///     …       8     parameter count P
    public struct Welcome: MessagePayload {
        /// The run that all further messages belong to.
        public var run: UInt64
        /// The number that the process has from now on.
        public var process: UInt32
        /// The version and the build of the coordinator. A client process refuses any but its own.
        public var programVersion: String
        /// The scenario with all defaults filled in, as YAML.
        public var scenario: String
        /// The key of the dataset in the cache.
        public var dataKey: String
        /// The key of the partition in the cache.
        public var partitionKey: String
        /// The path of the shared memory block; empty when bodies travel in messages.
        public var sharedBlock: String
        /// How many parameters the model has.
        public var parameterCount: UInt64

        /// Makes a welcome from its fields.
        public init(
            run: UInt64, process: UInt32, programVersion: String, scenario: String,
            dataKey: String, partitionKey: String, sharedBlock: String, parameterCount: UInt64
        ) {
            (self.run, self.process, self.programVersion) = (run, process, programVersion)
            (self.scenario, self.dataKey, self.partitionKey) = (scenario, dataKey, partitionKey)
            (self.sharedBlock, self.parameterCount) = (sharedBlock, parameterCount)
        }

        func write(to writer: inout ByteWriter) {
            writer.write(fields: run, process, programVersion, scenario)
            writer.write(fields: dataKey, partitionKey, sharedBlock, parameterCount)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            (run, process, programVersion, scenario) = try reader.fields()
            (dataKey, partitionKey, sharedBlock, parameterCount) = try reader.fields()
        }
    }
}
