import Dispatch
import FlyingSocks
import FoundationEssentials
import Glibc
import Synchronization

/// Serves the report of a folder to this machine, over HTTP/1.1 on the loopback interface.
///
/// The sockets are those of FlyingSocks. Requests are read here, because every part of a request
/// has a limit: bytes, time and the number of connections. A connection serves one request.
public struct WatchServer: Sendable {
    /// The address of the page, with the port and the token.
    public var address: String { "http://127.0.0.1:\(port)/\(token.text)/" }
    /// The port that the system chose, or that was asked for.
    public let port: UInt16

    private let token = AccessToken()
    private let socket: Socket
    private let limits: Limits

    /// What a connection may use.
    package struct Limits: Sendable {
        /// The number of connections at the same time. Others wait in the queue of the system.
        package var connections = 200
        /// The seconds until the head of the request is there.
        package var headSeconds = 5.0
        /// The seconds for a piece of the answer. A reader behind a slow line gets piece by piece.
        var pieceSeconds = 30.0
        /// The bytes of such a piece.
        var pieceBytes = 65536

        /// Creates the usual limits.
        package init() {}
    }

    /// Opens a port for this machine. The requests wait until `run` is called.
    ///
    /// - Parameter port: the port; 0 for one that is free.
    /// - Throws: `PortProblem` if the port cannot be used.
    public init(port: UInt16) throws(PortProblem) {
        try self.init(port: port, Limits())
    }

    package init(port: UInt16, _ limits: Limits) throws(PortProblem) {
        self.limits = limits
        do {
            (socket, self.port) = try Self.listen(port)
        } catch SocketError.failed(_, EADDRINUSE, _) {
            throw .inUse
        } catch SocketError.failed(_, EACCES, _) {
            throw .notAllowed
        } catch {
            throw .other("\(error)")
        }
    }

    private static func listen(_ port: UInt16) throws -> (Socket, UInt16) {
        let socket = try Socket(domain: AF_INET)
        // A port whose last server has just ended is free.
        try socket.setValue(true, for: .localAddressReuse)
        try socket.bind(to: .inet(ip4: "127.0.0.1", port: port))
        try socket.listen(maxPendingConnection: 128)
        guard case .ip4(_, let own) = try socket.sockname() else {
            throw SocketError.unsupportedAddress
        }
        return (socket, own)
    }

    /// Answers requests until the process ends. Blocks the calling thread.
    ///
    /// - Parameters:
    ///   - folder: the folder whose report is served.
    ///   - seconds: a clock that never jumps.
    /// - Throws: `SocketError` if the system cannot wait for sockets.
    public func serve(_ folder: WatchedFolder, seconds: @escaping @Sendable () -> Double) throws {
        let end = DispatchSemaphore(value: 0)
        let failure = Failure()
        Task {
            do {
                try await run(folder, seconds: seconds)
            } catch {
                failure.error.withLock { $0 = error }
            }
            end.signal()
        }
        end.wait()
        if let error = failure.error.withLock({ $0 }) { throw error }
    }

    /// The error that ended the server, from the thread of a task.
    private final class Failure: Sendable {
        let error = Mutex<(any Error)?>(nil)
    }

    /// Answers requests until the task is cancelled.
    ///
    /// - Parameters:
    ///   - folder: the folder whose report is served.
    ///   - seconds: a clock that never jumps.
    /// - Throws: `SocketError` if the system cannot wait for sockets.
    package func run(_ folder: WatchedFolder, seconds: @escaping @Sendable () -> Double)
        async throws
    {
        let site = WatchSite(
            token: token, name: folder.name, report: LiveReport(folder, seconds: seconds))
        let pool: SocketPool<ePoll> = .ePoll()
        try await pool.prepare()
        let listener = try AsyncSocket(socket: socket, pool: pool)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pool.run() }
            group.addTask { try await accept(from: listener, pool, site) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func accept(
        from listener: AsyncSocket, _ pool: SocketPool<ePoll>, _ site: WatchSite
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { connections in
            var open = 0
            while true {
                if open >= limits.connections {
                    try await connections.next()
                    open -= 1
                }
                do {
                    let socket = try await listener.accept()
                    connections.addTask { await serve(socket, pool, site) }
                    open += 1
                } catch is CancellationError {
                    throw CancellationError()
                } catch {
                    // The other side has gone, or this process has too many open files.
                    try await Task.sleep(for: .milliseconds(50))
                }
            }
        }
    }

    /// Answers one request and closes the connection.
    private func serve(_ socket: AsyncSocket, _ pool: SocketPool<ePoll>, _ site: WatchSite) async {
        // An error here means that the other side has gone, or is too slow.
        try? await answer(socket, site)
        // The pool removes a socket from its list only after it has woken up the reader. So close
        // it when the pool is done; else the next socket with this number is never woken up.
        await pool.settle()
        try? socket.close()
    }

    private func answer(_ socket: AsyncSocket, _ site: WatchSite) async throws {
        var answer: Answer
        var isHead = false
        do {
            let head = try await within(limits.headSeconds) { try await Self.head(from: socket) }
            isHead = head.method == "HEAD"
            answer = await site.answer(head)
        } catch let problem as RequestProblem {
            answer = Answer(problem)
        }
        try await write(answer.head, to: socket)
        if !isHead { try await write(answer.body, to: socket) }
        guard [.badRequest, .tooLarge, .notAllowed].contains(answer.status) else { return }
        // Bytes that were not read would make the system drop the answer. So say that this is the
        // end of it, and read them.
        shutdown(socket.socket.file.rawValue, Int32(SHUT_WR))
        try await within(1) {
            var left = 1 << 16
            while left > 0 { left -= try await socket.read(atMost: 4096).count }
        }
    }

    private func write(_ bytes: [UInt8], to socket: AsyncSocket) async throws {
        for start in stride(from: 0, to: bytes.count, by: limits.pieceBytes) {
            let piece = Data(bytes[start..<min(start + limits.pieceBytes, bytes.count)])
            try await within(limits.pieceSeconds) { try await socket.write(piece) }
        }
    }

    /// Reads the head of a request.
    ///
    /// - Throws: `RequestProblem` if the head cannot be used; `SocketError` if the other side has
    ///   gone.
    private static func head(from socket: AsyncSocket) async throws -> RequestHead {
        var bytes: [UInt8] = []
        while true {
            if let end = RequestHead.end(in: bytes) {
                return try RequestHead(Array(bytes[..<end]))
            }
            guard bytes.count < RequestHead.mostBytes else { throw RequestProblem.tooLarge }
            bytes += try await socket.read(atMost: 4096)
        }
    }

    /// Does something for at most a number of seconds.
    ///
    /// - Throws: `RequestProblem.tooSlow` after that time.
    private func within<T: Sendable>(
        _ seconds: Double, _ body: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        try await withThrowingTaskGroup(of: T.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: .seconds(seconds))
                throw RequestProblem.tooSlow
            }
            defer { group.cancelAll() }
            guard let first = try await group.next() else { throw CancellationError() }
            return first
        }
    }
}

/// Why a port cannot be opened.
public enum PortProblem: Error {
    /// Another program uses the port.
    case inUse
    /// This user may not open ports of this number.
    case notAllowed
    /// Another error of the system.
    case other(String)
}

extension SocketPool {
    /// Returns when the pool has done what it began.
    fileprivate func settle() {}
}
