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
    public struct Welcome: Equatable, Sendable {
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

        /// A welcome from its fields.
        public init(
            run: UInt64, process: UInt32, programVersion: String, scenario: String,
            dataKey: String, partitionKey: String, sharedBlock: String, parameterCount: UInt64
        ) {
            self.run = run
            self.process = process
            self.programVersion = programVersion
            self.scenario = scenario
            self.dataKey = dataKey
            self.partitionKey = partitionKey
            self.sharedBlock = sharedBlock
            self.parameterCount = parameterCount
        }

        func write(to writer: inout ByteWriter) {
            writer.write(run)
            writer.write(process)
            writer.write(programVersion)
            writer.write(scenario)
            writer.write(dataKey)
            writer.write(partitionKey)
            writer.write(sharedBlock)
            writer.write(parameterCount)
        }

        init(from reader: inout ByteReader) throws(BytesError) {
            run = try reader.integer()
            process = try reader.integer()
            programVersion = try reader.text()
            scenario = try reader.text()
            dataKey = try reader.text()
            partitionKey = try reader.text()
            sharedBlock = try reader.text()
            parameterCount = try reader.integer()
        }
    }
}
