/// The number of a client process within a run, from 0.
public typealias ProcessID = UInt32
