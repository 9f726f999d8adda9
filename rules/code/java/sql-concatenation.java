package shop;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.persistence.EntityManager;

class Orders {
    private static final String TABLE = "orders";

    ResultSet byCustomer(Connection connection, String customer) throws SQLException {
        Statement statement = connection.createStatement();
        // ruleid: java-sql-concatenation
        return statement.executeQuery("SELECT id, total FROM orders WHERE customer = '" + customer + "'");
    }

    void close(Statement statement, String status, int month) throws SQLException {
        String query = "UPDATE orders SET status = '" + status + "' WHERE month = " + month;
        // ruleid: java-sql-concatenation
        statement.executeUpdate(query);
    }

    Object report(EntityManager entities, String month) {
        // ruleid: java-sql-concatenation
        return entities.createQuery(String.format("SELECT sum(o.total) FROM Order o WHERE o.month = '%s'", month));
    }

    ResultSet safe(Connection connection, String customer) throws SQLException {
        // ok: java-sql-concatenation
        PreparedStatement statement = connection.prepareStatement("SELECT id FROM orders " + "WHERE customer = ?");
        statement.setString(1, customer);
        // ok: java-sql-concatenation
        return statement.executeQuery();
    }

    ResultSet count(Statement statement) throws SQLException {
        // ok: java-sql-concatenation
        return statement.executeQuery("SELECT count(*) FROM " + TABLE);
    }

    void show(StatusLine line, String order) {
        // ok: java-sql-concatenation
        line.update("Order " + order + " was changed");
    }
}
